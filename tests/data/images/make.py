"""Makes the images beside it in formats that nothing in the project writes: HEIC and JPEG 2000.

    pip install numpy pillow pillow-heif && python make.py

Pixel (x, y) of 32 × 24 is (8x, 10y, 255 − 4x − 4y); the grey ones show 8x.
"""
import numpy as np
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()
y, x = np.mgrid[0:24, 0:32]
rgb = np.stack([x * 8, y * 10, 255 - x * 4 - y * 4], -1).astype(np.uint8)
colour, grey = Image.fromarray(rgb), Image.fromarray((x * 8).astype(np.uint8))

colour.save("colour.heic", quality=98)
grey.save("grey.heic", quality=98)
colour.save("colour.jp2")
colour.save("colour.j2k")
grey.save("grey.jp2")
colour.convert("RGBA").save("alpha.jp2")
Image.fromarray((x * 8 * 257).astype(np.uint16)).save("grey16.jp2")
Image.fromarray((x * 8 * 16).astype(np.uint16)).save("grey12.jp2")
