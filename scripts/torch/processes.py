"""The processes of a run: one, or as many as `torchrun` started."""

import os
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor

from settings import UserError


class Processes:
    """This process among its equals: `rank` of `count`, computing on `device`."""

    def __init__(self, device: str | None):
        self.rank = int(os.environ.get("RANK", 0))
        self.count = int(os.environ.get("WORLD_SIZE", 1))
        local = int(os.environ.get("LOCAL_RANK", 0))
        gpus = torch.cuda.device_count()
        self.kind = device or ("gpu" if gpus else "cpu")
        if self.kind == "gpu" and local >= gpus:
            raise UserError(
                f"This machine has {gpus} GPUs that PyTorch {torch.__version__} can use, and process {local} needs one of "
                "its own. Start as many processes as there are GPUs (--nproc-per-node), or use --device cpu."
            )
        self.device = torch.device("cuda", local) if self.kind == "gpu" else torch.device("cpu")
        if self.kind == "gpu":
            torch.cuda.set_device(self.device)
        if self.count > 1:
            backend = "nccl" if self.kind == "gpu" else "gloo"
            # The first process may be writing a checkpoint to a slow disk while the others wait.
            dist.init_process_group(backend, timeout=timedelta(minutes=30))

    @property
    def is_first(self) -> bool:
        return self.rank == 0

    def total(self, values: Tensor) -> Tensor:
        """The sum of `values` over all processes, in every process."""
        if self.count > 1:
            dist.all_reduce(values)
        return values

    def from_first(self, value):
        """The first process's `value`, in every process."""
        if self.count == 1:
            return value
        values = [value]
        dist.broadcast_object_list(values, device=self.device)
        return values[0]

    def end(self) -> None:
        if self.count > 1:
            dist.barrier()
            dist.destroy_process_group()
