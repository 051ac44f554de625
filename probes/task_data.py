"""The data of the tasks: made by numpy with a seed, small, and learnable."""

import numpy

SEED = 20240229
CLASSES = 4
IMAGE = (16, 16, 1)
VOCABULARY, WORDS = 200, 24
SIZES = (1000, 300)
"""Examples for training and for validation."""


def images():
    """((images, labels), (images, labels)) for training and validation: a pattern a class, moved about and noisy.
    Images are float32 of shape (n, 16, 16, 1), labels int64."""
    random = numpy.random.default_rng(SEED)
    patterns = random.standard_normal((CLASSES,) + IMAGE)

    def draw(count):
        labels = random.integers(0, CLASSES, count)
        shifts = random.integers(-2, 3, (count, 2))
        clean = numpy.stack([numpy.roll(patterns[c], s, axis=(0, 1)) for c, s in zip(labels, shifts)])
        return (clean + random.standard_normal(clean.shape)).astype("float32"), labels

    return tuple(draw(count) for count in SIZES)


def sentences():
    """The same for sequences of words: each class has favourite words, mixed with words that say nothing. Sequences
    are int64 of shape (n, 24)."""
    random = numpy.random.default_rng(SEED)
    favourites = random.permutation(VOCABULARY)[: 10 * CLASSES].reshape(CLASSES, 10)

    def draw(count):
        labels = random.integers(0, CLASSES, count)
        words = random.integers(0, VOCABULARY, (count, WORDS))
        telling = random.random((count, WORDS)) < 0.4
        chosen = favourites[labels[:, None], random.integers(0, 10, (count, WORDS))]
        return numpy.where(telling, chosen, words), labels

    return tuple(draw(count) for count in SIZES)
