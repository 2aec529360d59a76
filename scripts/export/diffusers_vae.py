"""The VAE of a diffusion model (diffusers' AutoencoderKL) as two ONNX files that Latentscape opens together.

    python diffusers_vae.py FOLDER_OR_NAME --out vae --pixels 256

Writes vae/decoder.onnx (its codes are [4, pixels / 8, pixels / 8], scaled as the diffusion model sees them) and
vae/encoder.onnx. Needs diffusers, torch, onnx and onnxscript.
"""

import argparse
from pathlib import Path

import torch
from diffusers import AutoencoderKL

from torch_decoder import export


class Half(torch.nn.Module):
    """A diffusion model sees codes of about unit size: the VAE's own, shifted (since Stable Diffusion 3) and scaled."""

    def __init__(self, vae: AutoencoderKL):
        super().__init__()
        self.vae = vae
        self.scale = vae.config.scaling_factor
        self.shift = vae.config.get("shift_factor") or 0.0


class Decoder(Half):
    """Codes → pictures, −1..1."""

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return self.vae.decode(z / self.scale + self.shift).sample.clamp(-1, 1)


class Encoder(Half):
    """Pictures, −1..1 → the mean of their codes."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return (self.vae.encode(image).latent_dist.mean - self.shift) * self.scale


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a folder with the VAE's config.json, or its name on the hub")
    parser.add_argument("--subfolder", default=None, help="vae, where the folder is that of a whole pipeline")
    parser.add_argument("--pixels", type=int, default=256)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    vae = AutoencoderKL.from_pretrained(options.model, subfolder=options.subfolder)
    options.out.mkdir(parents=True, exist_ok=True)
    factor = 2 ** (len(vae.config.block_out_channels) - 1)
    side = options.pixels // factor
    export(Decoder(vae), [vae.config.latent_channels, side, side], options.out / "decoder.onnx", (["z"], ["image"]))
    export(Encoder(vae), [3, options.pixels, options.pixels], options.out / "encoder.onnx", (["image"], ["mu"]))


if __name__ == "__main__":
    main()
