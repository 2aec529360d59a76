"""A decoder (or an encoder) from Keras 3 as an ONNX file that Latentscape opens.

    python keras_decoder.py decoder.keras --out decoder.onnx
    python keras_decoder.py vae.keras --layer decoder --out decoder.onnx

Needs keras with its backend; tf2onnx for TensorFlow and JAX, onnx and onnxscript for PyTorch.
"""

import argparse

import keras


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help=".keras or .h5")
    parser.add_argument("--layer", help="name of the part to write, where the file holds a whole autoencoder")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()

    model = keras.saving.load_model(options.model, compile=False)
    part = model.get_layer(options.layer) if options.layer else model
    part(keras.ops.zeros((1, *part.input_shape[1:])))  # a part that was never called is not exported
    part.export(options.out, format="onnx")
    print(f"Wrote {options.out}.")


if __name__ == "__main__":
    main()
