"""
Trains what `latentscape train` trains, on any number of GPUs and machines, and leaves the same model folder.

    npm run -s cli -- prepare DIR --out DATA --size 64
    torchrun --nproc-per-node 2 scripts/torch/train.py DATA --kind vae --out M

Networks, objectives, schedules, initial weights, split and order of the images are the app's. Noise and augmentation are
drawn from PyTorch's generators, for the whole batch whatever the number of processes: as many processes as divide the
batch give the same run, up to rounding. `M.training` holds the checkpoint, and at the end the weights, which the app's
own exporter makes a model of.
"""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.parallel import DistributedDataParallel

from dataset import Batches, Prepared
from networks import NetworkConfig, initialise, mean_logits, outer, weights
from objectives import Autoencoder
from optimiser import Optimiser, beta
from processes import Processes
from settings import UserError, objective_of, optimiser_of, parser, resolve
from start import start_from

ROOT = Path(__file__).resolve().parents[2]

# The validation error is measured about this often in a run, as in the app.
MEASUREMENTS = 60
# Steps between looks at the loss and at signals; each makes the processes wait for one another.
LOOK_EVERY = 20
# Images decoded at a time when the validation error is measured.
CHUNK = 256
FEWEST_IMAGES = 4


class Interrupted(Exception):
    def __init__(self, number: int):
        self.number = number


class Run:
    def __init__(self, settings: dict, name: str, data: Prepared, out: Path, processes: Processes, as_json: bool):
        self.settings, self.name, self.data, self.out = settings, name, data, out
        self.processes, self.as_json = processes, as_json
        tuning, batch = settings["tuning"], settings["batchSize"]
        if batch % processes.count:
            raise UserError(f"--batch {batch} cannot be divided among {processes.count} processes. Use a multiple of them.")
        if data.count < FEWEST_IMAGES:
            raise UserError(f"The data set has {data.count} images; training needs at least {FEWEST_IMAGES}.")
        self.training, self.validation = data.split(settings["seed"], tuning["validation"])
        self.batches = Batches(data, self.training, settings, processes.rank, processes.count)
        self.steps = max(1, math.floor(settings["epochs"] * len(self.training) / batch + 0.5))
        self.measure_every = max(1, math.ceil(self.steps / MEASUREMENTS))

        network = NetworkConfig(
            data.size,
            data.channels,
            settings["latentSize"],
            tuning["width"],
            tuning["residualBlocks"],
            tuning["network"],
            data.height,
        )
        if data.size == 28 and network.architecture == "convolutional":
            raise UserError("Images of 28 pixels need --network perceptron.")
        self.model = Autoencoder(network, objective_of(settings))
        self.named = weights(self.model.encoder, self.model.decoder)
        self.model.to(processes.device)
        self.step, self.seconds, self.history = 0, 0.0, []
        # Of the loss, its terms and the gradient's norm, since the last measurement.
        self.sums: dict[str, Tensor] = {}
        self.summed = 0

    @property
    def folder(self) -> Path:
        return self.out.with_name(self.out.name + ".training")

    def start(self, checkpoint: dict | None) -> None:
        """Initial values come from the first process alone: DistributedDataParallel hands them to the others."""
        if self.processes.is_first and not checkpoint:
            initialise(self.named, self.settings["seed"])
            if self.settings["tuning"]["network"] == "perceptron":
                image_bias = next(weight for weight in self.named if weight.name == "decoder.image.b")
                image_bias.read(mean_logits(self.data.pixels[self.training]))
            if "from" in self.settings:
                start_from(Path(self.settings["from"]), self.named, self.settings, self.data)
        if checkpoint:
            self.model.load_state_dict(checkpoint["model"])
        elif self.processes.count > 1:
            for parameter in self.model.parameters():
                torch.distributed.broadcast(parameter.data, 0)
        self.parameters = list(self.model.parameters())
        self.optimiser = Optimiser(self.parameters, outer(self.named), optimiser_of(self.settings))
        if checkpoint:
            self.optimiser.restore(checkpoint["optimiser"])
            for average, saved in zip(self.optimiser.averages or [], checkpoint["averages"]):
                average.copy_(saved)
            self.step, self.seconds, self.history = (checkpoint[key] for key in ("step", "seconds", "history"))
            self.summed = checkpoint["summed"]
            device = self.processes.device
            self.sums = {name: torch.tensor(value, device=device) for name, value in checkpoint["sums"].items()}
        on_gpu = self.processes.device.type == "cuda"
        self.forward: nn.Module = self.model
        if self.processes.count > 1:
            self.forward = DistributedDataParallel(self.model, device_ids=[self.processes.device] if on_gpu else None)

    def train(self) -> None:
        self.received: int | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._receive)
        images, held_out = len(self.training), len(self.validation)
        self.tell(
            {"event": "started", "images": images, "validationImages": held_out, "steps": self.steps}
            | {"parameters": sum(w.tensor.numel() for w in self.named), "processes": self.processes.count},
            f"Training on {images} images ({held_out} held out) for {self.steps} steps, "
            f"{self.processes.count} × {self.processes.device.type}, PyTorch {torch.__version__}.",
        )
        self.began = time.perf_counter() - self.seconds
        self.began_at = self.step
        while self.step < self.steps:
            self._add(self._next())
            measuring = self.step % self.measure_every == 0 or self.step == self.steps
            saving = self.step % self.settings["tuning"]["checkpointSteps"] == 0
            if not (measuring or saving or self.step % LOOK_EVERY == 0):
                continue
            means = self._means()
            self._refuse_divergence(means)
            received = self._signal()
            ends_early = measuring and self._measure(means)
            if saving or received:
                self._save()
            if received:
                raise Interrupted(received)
            if ends_early:
                return

    def _next(self) -> dict[str, Tensor]:
        device, objective = self.processes.device, self.model.config
        image = self.batches.images(self.step, device)
        noise = self.batches.noise(self.step, device) if objective.kind == "vae" else None
        weight = beta(objective.beta, objective.warm_up, self.step, self.steps)
        self.optimiser.zero_grad()
        loss, terms = self.forward(image, noise, weight)
        loss.backward()
        norm = self.optimiser.update(self.step, self.steps)
        self.step += 1
        return {"loss": loss.detach(), **{k: v.detach() for k, v in terms.items()}, "norm": norm}

    def _add(self, values: dict[str, Tensor]) -> None:
        self.sums = {name: self.sums.get(name, 0) + value for name, value in values.items()}
        self.summed += 1

    def _means(self) -> dict[str, float]:
        """The means of `sums` over all processes, in every process."""
        total = self.processes.total(torch.stack([value.double() for value in self.sums.values()]))
        return dict(zip(self.sums, (total / (self.summed * self.processes.count)).tolist()))

    def _receive(self, number: int, _frame) -> None:
        self.received = number

    def _refuse_divergence(self, means: dict[str, float]) -> None:
        if all(map(math.isfinite, means.values())):
            return
        kept = " The last checkpoint is kept." if (self.folder / "checkpoint.pt").exists() else ""
        raise UserError(
            f"The loss stopped being a number at step {self.step} or shortly before: the learning rate "
            f"{self.settings['learningRate']:g} is probably too high for these settings.{kept} Try a third of it, "
            "or set --clip-norm."
        )

    def _signal(self) -> int:
        """The signal that any of the processes has received; 0 when none has."""
        received = torch.tensor([self.received or 0], device=self.processes.device)
        if self.processes.count > 1:
            torch.distributed.all_reduce(received, torch.distributed.ReduceOp.MAX)
        return int(received)

    def _measure(self, means: dict[str, float]) -> bool:
        """Adds a point to the history; true when the run should end early."""
        error = self._validation_error()
        point = {"step": self.step, "epoch": self.step * self.settings["batchSize"] / len(self.training)}
        terms = {name: value for name, value in means.items() if name not in ("loss", "norm")}
        point |= {"loss": means["loss"], "validationMse": error, "terms": terms}
        self.history.append(point)
        self.sums, self.summed = {}, 0
        elapsed = time.perf_counter() - self.began
        rate = (self.step - self.began_at) * self.settings["batchSize"] / (elapsed - self.seconds)
        self.tell(
            {"event": "progress", **point, "steps": self.steps, "imagesPerSecond": rate},
            f"step {self.step}/{self.steps} · {rate:.0f} images/s · loss {point['loss']:.5g} · validation MSE {error:.3g}",
        )
        patience = self.settings["tuning"]["patience"]
        errors = [p["validationMse"] for p in self.history]
        return bool(patience) and len(errors) > patience and min(errors) not in errors[-patience:]

    @torch.no_grad()
    def _validation_error(self) -> float:
        """Mean squared error per value of decode(μ(x)) over the held-out images, by the weights to keep."""
        names = [name for name, _ in self.model.named_parameters()]
        values = dict(zip(names, self.optimiser.final()))
        part = lambda prefix: {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}
        encoder, decoder = part("encoder."), part("decoder.")
        rows = self.validation[self.processes.rank :: self.processes.count]
        total = torch.zeros(1, dtype=torch.float64, device=self.processes.device)
        for start in range(0, len(rows), CHUNK):
            images = self.data.images(rows[start : start + CHUNK], self.processes.device)
            mu, _ = functional_call(self.model.encoder, encoder, images)
            decoded = torch.sigmoid(functional_call(self.model.decoder, decoder, mu))
            total += (decoded - images).double().square().sum()
        return self.processes.total(total).item() / (len(self.validation) * self.data.pixels[0].size)

    def _save(self) -> None:
        means = self._means() if self.summed else {}
        if not self.processes.is_first:
            return
        state = {
            "settings": self.settings,
            "name": self.name,
            "images": self.data.sha256,
            "step": self.step,
            "seconds": time.perf_counter() - self.began,
            "history": self.history,
            "summed": self.summed,
            "sums": {name: mean * self.summed for name, mean in means.items()},
            "model": self.model.state_dict(),
            "optimiser": self.optimiser.state(),
            "averages": self.optimiser.averages or [],
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = self.folder / "checkpoint.pt.partial"
        torch.save(state, partial)
        partial.replace(self.folder / "checkpoint.pt")

    def finish(self) -> None:
        """Writes what `latentscape assemble` makes a model of."""
        seconds = time.perf_counter() - self.began
        final = dict(zip(map(id, self.parameters), self.optimiser.final()))
        self.folder.mkdir(parents=True, exist_ok=True)
        np.savez(self.folder / "weights.npz", **{w.name: w.write(final[id(w.tensor)]) for w in self.named})
        run = {"format": 1, "name": self.name, "settings": self.settings, "images": self.data.sha256}
        run |= {"steps": self.step, "seconds": seconds, "history": self.history}
        (self.folder / "run.json").write_text(json.dumps(run, indent=1) + "\n")

    def tell(self, event: dict, sentence: str) -> None:
        if self.processes.is_first:
            print(json.dumps(event) if self.as_json else sentence, flush=True)


def load_checkpoint(out: Path, data: Prepared) -> dict:
    file = out.with_name(out.name + ".training") / "checkpoint.pt"
    if not file.exists():
        raise UserError(f'There is no unfinished run for "{out}". Start one without --resume.')
    state = torch.load(file, map_location="cpu", weights_only=True)
    if state["images"] != data.sha256:
        raise UserError("The data set has changed since this run began, so it cannot continue as it was.")
    return state


def assemble(run: Run, data: Path, out: Path) -> None:
    """Lets the app make a model of what was learned: there is one way to write models."""
    command = ["scripts/cli.mjs", "assemble", str(run.folder), "--data", str(data), "--out", str(out)]
    node = shutil.which("node")
    if node is None:
        raise UserError(
            f"The training is done and lies in {run.folder}, but Node is not installed here, which makes a model of it. "
            f"Where it is: node {' '.join(command)}"
        )
    made = subprocess.run([node, *command], cwd=ROOT, stdout=subprocess.PIPE if run.as_json else None)
    if made.returncode:
        raise UserError(f"The training is done and lies in {run.folder}. To make a model of it: node {' '.join(command)}")
    shutil.rmtree(run.folder)


def main() -> int:
    options = parser().parse_args()
    data_folder, out = Path(options.data).resolve(), Path(options.out).resolve()
    try:
        processes = Processes(getattr(options, "device", None))
        options.device = processes.kind
        settings = resolve(options)
        data = Prepared(data_folder)
        checkpoint = None
        if options.resume:
            checkpoint = processes.from_first(load_checkpoint(out, data) if processes.is_first else None)
            device = {"device": processes.kind}
            settings = checkpoint["settings"] | {"tuning": checkpoint["settings"]["tuning"] | device}
        name = checkpoint["name"] if checkpoint else getattr(options, "name", out.name)
        run = Run(settings, name, data, out, processes, options.json)
        run.start(checkpoint)
        run.train()
        processes.end()
        if not processes.is_first:
            return 0
        run.finish()
        assemble(run, data_folder, out)
        if options.json:
            last = {key: run.history[-1][key] for key in ("loss", "validationMse")}
            run.tell({"event": "done", "model": str(out), "steps": run.step, **last}, "")
        return 0
    except UserError as error:
        # All processes find the same fault; one says it.
        if os.environ.get("RANK", "0") == "0":
            print(error, file=sys.stderr, flush=True)
        return 1
    except Interrupted as signalled:
        run.tell({"event": "state", "state": "cancelled"}, f"Stopped at step {run.step}. Continue with --resume.")
        return 128 + signalled.number


if __name__ == "__main__":
    sys.exit(main())
