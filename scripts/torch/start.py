"""Training that starts from a model of the app: the weights in its ONNX files, and what they were trained as."""

import json
from pathlib import Path

import numpy as np

from dataset import Prepared
from networks import Weight
from settings import UserError

# What of the manifest's `training` a run has to share, beside sizes.
SHARED = ("width", "residualBlocks", "network")

# Types of a model's weights by their numbers in TensorProto.DataType: single and half precision.
FLOATS = {1: "<f4", 10: "<f2"}


def start_from(model: Path, named: list[Weight], settings: dict, data: Prepared) -> None:
    """
    Reads the weights of the model's folder into those `named`. What it has none for (a VAE's variances, where it is an AE)
    keeps its initial values. Raises UserError where its networks are others.
    """
    try:
        manifest = json.loads((model / "model.json").read_text())
        found = {}
        for file in ("encoder.onnx", "decoder.onnx"):
            found |= initializers((model / file).read_bytes())
    except (OSError, ValueError) as error:
        raise UserError(f'"{model}" cannot be read as a model of Latentscape ({error}).') from error
    theirs = {name: manifest["training"].get(name) for name in SHARED}
    theirs |= {"latentSize": manifest["latentSize"], **manifest["image"]}
    own = {name: settings["tuning"][name] for name in SHARED}
    own |= {"latentSize": settings["latentSize"], "size": data.size, "channels": data.channels}
    if data.height != data.size or "height" in theirs:
        own["height"] = data.height
        theirs.setdefault("height", theirs["size"])
    differing = [f"{name}: {theirs[name]} instead of {own[name]}" for name in own if theirs[name] != own[name]]
    if differing:
        raise UserError(f'"{model}" has another network, so training cannot start from it. {"; ".join(differing)}.')
    for weight in named:
        values = found.get(weight.name)
        if values is not None and values.size == weight.tensor.numel():
            weight.read(values)
        elif not weight.name.startswith("encoder.log"):
            raise UserError(f'"{model}" lacks the weights "{weight.name}", so training cannot start from it.')


def initializers(onnx: bytes) -> dict[str, np.ndarray]:
    """The floating-point constants of an ONNX file, flat, by name (onnx.proto: ModelProto.graph.initializer)."""
    found = {}
    for graph in (value for field, value in fields(onnx) if field == 7):
        for tensor in (value for field, value in fields(graph) if field == 5):
            parts = dict(fields(tensor))
            if parts[2] in FLOATS:
                found[bytes(parts[8]).decode()] = np.frombuffer(parts[9], FLOATS[parts[2]]).astype("<f4", copy=False)
    return found


def fields(message: bytes):
    """Number and value of each field of a Protocol Buffers message: an integer, or the bytes of what has a length."""
    view, at = memoryview(message), 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = view[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(view):
        key = varint()
        kind = key & 7
        if kind == 0:
            yield key >> 3, varint()
            continue
        length = {1: 8, 5: 4}.get(kind) or varint()
        at += length
        yield key >> 3, view[at - length : at]


def network_of(model: Path) -> dict:
    """The settings of a run that the model it starts from decides, and what its images are called by."""
    try:
        manifest = json.loads((model / "model.json").read_text())
        training = manifest["training"]
        found = {"latentSize": manifest["latentSize"], **{name: training[name] for name in SHARED if name in training}}
    except (OSError, ValueError, KeyError) as error:
        raise UserError(f'"{model}" cannot be read as a model of Latentscape ({error}).') from error
    return found | ({"motif": training["motif"]} if "motif" in training else {})
