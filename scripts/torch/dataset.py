"""A data set prepared by `latentscape prepare`, and the batches that each process of a run sees of it."""

import hashlib
import json
import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from looks import Look, drawn_numbers, look
from settings import UserError
from streams import Stream
from vae_gan import PENALTY_NOISE, AdversarialFeeds


class Prepared:
    """The pixels `[count, channels, height, size]`, mapped into memory: processes of one machine share them."""

    def __init__(self, folder: Path):
        try:
            facts = json.loads((folder / "dataset.json").read_text())
            self.pixels = np.load(folder / "pixels.npy", mmap_mode="r")
            self.sha256: str = facts["sha256"]
            self.name: str = facts["name"]
        except (OSError, ValueError, KeyError) as error:
            raise UserError(
                f'"{folder}" is not a prepared data set ({error}). '
                f"Make one of a folder of images: npm run -s cli -- prepare DIR --out {folder}"
            ) from None
        self.count, self.channels, self.height, self.size = self.pixels.shape

    def split(self, seed: int, share: float) -> tuple[np.ndarray, np.ndarray]:
        """Rows trained on and rows held out: the app's own split."""
        order = Stream(seed, "split").permutation(self.count)
        held = min(self.count - 1, max(1, math.floor(self.count * share + 0.5)))
        # Copies of one image are on one side, as in main/engine/images/split.ts.
        groups: dict[bytes, list[int]] = {}
        for row in order:
            groups.setdefault(hashlib.sha1(self.pixels[row].tobytes()).digest(), []).append(row)
        if len(groups) == 1:  # a single image leaves no other to measure on
            return np.sort(order[held:]), np.array(order[:held])
        held_out: list[int] = []
        training: list[int] = []
        for i, rows in enumerate(groups.values()):
            last = i == len(groups) - 1 and not training
            (training if last or len(held_out) >= held else held_out).extend(rows)
        return np.sort(training), np.array(held_out)

    def images(self, rows: np.ndarray, device: torch.device) -> Tensor:
        """`[n, channels, height, size]` in 0..1."""
        return torch.from_numpy(self.pixels[rows]).to(device, non_blocking=True).float() / 255


def generator(*labels: str | int) -> torch.Generator:
    """A random generator named by its labels, the same in every process and on every machine."""
    digest = hashlib.sha256("/".join(map(str, labels)).encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big", signed=True))


class Batches:
    """
    The part of each step's batch that belongs to one of `processes`. What a step draws (images, changes of them, noise)
    is drawn for the whole batch and then divided, so that it does not depend on the number of processes.
    """

    def __init__(
        self, data: Prepared, rows: np.ndarray, settings: dict, process: int, processes: int, device: torch.device
    ):
        self.data = data
        self.rows = rows
        self.settings = settings
        self.device = device
        self.batch = settings["batchSize"]
        share = self.batch // processes
        self.mine = slice(process * share, (process + 1) * share)
        self.order = np.empty(0, int)
        self.epoch = -1

    def plain(self, step: int) -> tuple[Tensor, Tensor | None]:
        """Images, and for a VAE ε ~ N(0, I), `[k·n, latent size]`: k samples of each image, sample by sample."""
        if self.settings["kind"] != "vae":
            return self.images(step), None
        samples = self.settings["tuning"]["importanceSamples"]
        draw = generator(self.settings["seed"], "epsilon", step)
        noise = torch.randn(samples, self.batch, self.settings["latentSize"], generator=draw)
        return self.images(step), noise[:, self.mine].flatten(0, 1).to(self.device)

    def adversarial(self, step: int) -> AdversarialFeeds:
        image, epsilon = self.plain(step)
        draws = torch.randn(self.batch, epsilon.shape[1], generator=generator(self.settings["seed"], "draws", step))
        most = PENALTY_NOISE * math.sqrt(3)  # uniform, of the same deviation
        noise = most * (2 * self._uniform("noise", step, *image.shape[1:]) - 1)
        return AdversarialFeeds(
            image, epsilon, draws[self.mine].to(self.device), noise, self._look("look", step), self._look("look of draws", step)
        )

    def images(self, step: int) -> Tensor:
        positions = range(step * self.batch, (step + 1) * self.batch)[self.mine]
        images = self.data.images(self.rows[[self._image_at(position) for position in positions]], self.device)
        images = self._augmented(images, step)
        if not self.settings["tuning"]["binarise"]:
            return images
        return (self._uniform("binarise", step, *images.shape[1:]) < images).float()

    def _look(self, label: str, step: int) -> Look:
        return look(self._uniform(label, step, drawn_numbers(self.data.channels)), self.data.height, self.data.size)

    def _uniform(self, label: str, step: int, *shape: int) -> Tensor:
        """Numbers on [0, 1), so many for each image."""
        draw = generator(self.settings["seed"], label, step)
        return torch.rand(self.batch, *shape, generator=draw)[self.mine].to(self.device)

    def _image_at(self, position: int) -> int:
        epoch, place = divmod(position, len(self.rows))
        if epoch != self.epoch:
            self.order = np.array(Stream(self.settings["seed"], "order", epoch).permutation(len(self.rows)))
            self.epoch = epoch
        return self.order[place]

    def _augmented(self, images: Tensor, step: int) -> Tensor:
        """The random changes of main/engine/training/feeds/batches.ts: mirrored, shifted, cropped, other colours."""
        tuning = self.settings["tuning"]
        mirror, shift, crop, colour = (tuning[name] for name in ("mirror", "shift", "crop", "colour"))
        if not (mirror or shift or crop or colour):
            return images
        n, channels, height, width = images.shape
        uniform = self._uniform("augment", step, 6 + 2 * channels)
        flip, zoom, left, top, right, down = uniform[:, :6].T
        zoom = 1 - crop * zoom

        def samples(size: int, start: Tensor, shifted: Tensor, flipped: Tensor) -> Tensor:
            """Where each pixel of a row or column lies in the image, −1..1, `[n, size]`."""
            pixels = torch.arange(size, device=images.device).expand(n, size)
            pixels = torch.where(flipped[:, None], size - 1 - pixels, pixels)
            first = (1 - zoom) * (size - 1) * start + torch.floor(shift * (2 * shifted - 1) + 0.5)
            return (first[:, None] + pixels * zoom[:, None]) * 2 / (size - 1) - 1

        x = samples(width, left, right, (flip < 0.5) & mirror)
        y = samples(height, top, down, torch.zeros_like(flip, dtype=torch.bool))
        grid = torch.stack([x[:, None, :].expand(n, height, width), y[:, :, None].expand(n, height, width)], -1)
        moved = F.grid_sample(images, grid, mode="bilinear", padding_mode="border", align_corners=True)
        gain, offset = uniform[:, 6:, None, None].chunk(2, 1)
        return (moved * (1 + colour * (2 * gain - 1)) + 0.5 * colour * (2 * offset - 1)).clamp(0, 1)
