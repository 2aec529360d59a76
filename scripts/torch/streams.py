"""The seeded random streams of main/engine/maths/random.ts: both sides draw the same numbers."""

import math

import numpy as np


def _multiply(a: int, b: int) -> int:
    return a * b & 0xFFFFFFFF


def _hash(text: str) -> int:
    """FNV-1a, then murmur3's finaliser."""
    h = 0x811C9DC5
    for character in text:
        h = _multiply(h ^ ord(character), 0x01000193)
    h = _multiply(h ^ h >> 16, 0x85EBCA6B)
    h = _multiply(h ^ h >> 13, 0xC2B2AE35)
    return h ^ h >> 16


class Xoshiro128:
    """xoshiro128** (Blackman & Vigna 2018)."""

    def __init__(self, a: int, b: int, c: int, d: int):
        self.state = [a, b, c, d]

    def next(self) -> int:
        a, b, c, d = self.state
        product = _multiply(b, 5)
        result = _multiply((product << 7 | product >> 25) & 0xFFFFFFFF, 9)
        t = b << 9 & 0xFFFFFFFF
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= t
        d = (d << 11 | d >> 21) & 0xFFFFFFFF
        self.state = [a, b, c, d]
        return result


class Stream:
    """A stream named by its seed and labels, e.g. `Stream(7, 'epsilon', step)`."""

    def __init__(self, seed: int, *labels: str | int):
        name = "/".join(str(part) for part in (seed, *labels))
        a, b, c, d = (_hash(f"{i}:{name}") for i in range(4))
        if not a | b | c | d:
            a = 1
        self._next = Xoshiro128(a, b, c, d).next
        self._spare: float | None = None

    def uniform(self) -> float:
        """On [0, 1), 53 bits."""
        return ((self._next() >> 5) * 2**26 + (self._next() >> 6)) / 2**53

    def integer(self, n: int) -> int:
        return int(self.uniform() * n)

    def normal(self) -> float:
        """Standard normal (Box–Muller)."""
        if self._spare is not None:
            value, self._spare = self._spare, None
            return value
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        angle = 2 * math.pi * self.uniform()
        self._spare = radius * math.sin(angle)
        return radius * math.cos(angle)

    def normals(self, *shape: int) -> np.ndarray:
        """Standard normals in the order of memory, float64."""
        return np.fromiter((self.normal() for _ in range(math.prod(shape))), np.float64).reshape(shape)

    def permutation(self, n: int) -> list[int]:
        """Fisher–Yates."""
        order = list(range(n))
        for i in range(n - 1, 0, -1):
            j = self.integer(i + 1)
            order[i], order[j] = order[j], order[i]
        return order
