"""A decoder (or an encoder) from PyTorch as an ONNX file that Latentscape opens.

    python torch_decoder.py my_networks:Decoder --weights decoder.safetensors --latent 128 --out decoder.onnx
    python torch_decoder.py my_networks:Encoder --weights vae.pt --prefix encoder. --image 3x64x64 --out encoder.onnx

The class is made with the arguments after --with (--with latent=128 channels=3). Weights are a state dict: a
.safetensors file, or what torch.save wrote. Saved side by side as decoder.onnx and encoder.onnx, the two are opened
together. Needs torch, onnx and onnxscript, and safetensors for such files.
"""

import argparse
import ast
import importlib
import sys
from pathlib import Path

import torch


def state_dict(file: Path, prefix: str) -> dict[str, torch.Tensor]:
    """The weights in `file` whose names begin with `prefix`, without it."""
    if file.suffix == ".safetensors":
        from safetensors.torch import load_file

        weights = load_file(file)
    else:
        weights = torch.load(file, map_location="cpu", weights_only=True)
        # Lightning and many training scripts put them in a dictionary with more.
        for key in ("state_dict", "model_state_dict", "model"):
            if isinstance(weights.get(key), dict):
                weights = weights[key]
                break
    # Left there by DistributedDataParallel and by torch.compile.
    for wrapper in ("module.", "_orig_mod."):
        weights = {name.removeprefix(wrapper): value for name, value in weights.items()}
    chosen = {name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)}
    if not chosen:
        first = ", ".join(list(weights)[:5])
        sys.exit(f"No weights in {file} begin with {prefix!r}; the first are {first}. Choose another --prefix.")
    return chosen


def export(network: torch.nn.Module, shape: list[int], out: Path, names: tuple[list[str], list[str]]) -> None:
    """Writes `network`, which takes `[N, *shape]`, with its weights inside and N left open."""
    example = torch.randn(2, *shape)
    inputs, outputs = names
    torch.onnx.export(
        network.eval().float(),
        (example,),
        out,
        input_names=inputs,
        output_names=outputs,
        dynamic_shapes=({0: torch.export.Dim("N")},),
        dynamo=True,
        external_data=False,
    )
    print(f"Wrote {out}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network", help="module:Class, the module in this folder or installed")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--prefix", default="", help="of the weights' names, e.g. decoder.")
    parser.add_argument("--with", dest="arguments", nargs="*", default=[], help="name=value for the class")
    takes = parser.add_mutually_exclusive_group(required=True)
    takes.add_argument("--latent", help="size of a code: 128, or 4x8x8")
    takes.add_argument("--image", help="size of a picture: 3x64x64")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    sys.path.insert(0, str(Path.cwd()))
    module, _, name = options.network.partition(":")
    given = dict(argument.split("=", 1) for argument in options.arguments)
    network = getattr(importlib.import_module(module), name)(**{key: literal(value) for key, value in given.items()})
    network.load_state_dict(state_dict(options.weights, options.prefix))
    shape = [int(size) for size in (options.latent or options.image).split("x")]
    export(network, shape, options.out, (["z"], ["image"]) if options.latent else (["image"], ["mu"]))


def literal(text: str) -> object:
    """A number, a truth value or a list where the text is one, else the text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


if __name__ == "__main__":
    main()
