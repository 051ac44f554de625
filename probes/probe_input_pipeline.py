"""How many samples a second does the candidate's usual input pipeline prepare?"""

import gc
import importlib.util
import multiprocessing

from shared_envelope import fails, first_line, works
from shared_limits import usable_cores
from shared_timing import seconds, time_blocks
from shared_workload import SEED

SAMPLES, SIDE, CHANNELS, BATCH = 4096, 32, 3, 64
MEAN, DEVIATION = 127.5, 64.0
WORKER_SECONDS = 120
"""A worker that gives nothing for so long has failed."""


def run(session, options):
    """Samples: input-pipeline (samples a second), a number a block of whole epochs.

    An epoch shuffles images that lie in memory, flips each at random, normalises it and collects batches. Options:
    `pipeline` (dataloader, tf.data, pydataset) instead of the candidate's own. Findings: the pipeline, and
    for DataLoader the rates without and with worker processes, of which the better counts; for tf.data the rate of
    treating whole batches, which its guide to performance advises.
    """
    stack, blocks = session.stack, options.get("blocks", 3)
    stack.load()
    pipeline = options.get("pipeline") or _usual(stack)
    findings = {"pipeline": pipeline, "batch": BATCH, "samples_per_epoch": SAMPLES}
    if pipeline == "dataloader":
        return _measure_dataloader(blocks, findings)
    make = {"tf.data": _tf_data, "pydataset": _pydataset}[pipeline]
    rates, problem = _rates(make(stack, *_arrays()), blocks)
    if problem:
        return fails(problem, findings)
    if pipeline == "tf.data":
        in_batches, problem = _rates(_tf_data(stack, *_arrays(), batch_first=True), blocks)
        findings["batch_first_per_s"] = None if problem else sorted(in_batches)[blocks // 2]
    extras = () if pipeline != "tf.data" or "tensorflow" in stack.packages else ("tensorflow",)
    return works({"input-pipeline": rates}, findings, extras)


def _usual(stack):
    """The pipeline of the candidate's users. Keras documents tf.data for JAX too; without TensorFlow it is its own."""
    if "torch" in stack.packages:
        return "dataloader"
    return "tf.data" if importlib.util.find_spec("tensorflow") else "pydataset"


def _arrays():
    """Seeded images of bytes (NHWC), and their numbers as labels, so that each can be told from the others."""
    import numpy

    random = numpy.random.default_rng(SEED)
    shape = (SAMPLES, SIDE, SIDE, CHANNELS)
    return random.integers(0, 256, shape, dtype="uint8"), numpy.arange(SAMPLES, dtype="int64")


def _rates(epoch, blocks, axis=2):
    """Samples a second, a number a block, and what is wrong, or "". `epoch()` iterates over batches; `axis` is that of
    the images' width."""

    def epochs(count):
        for _ in range(count):
            for _ in epoch():
                pass

    problem = _problem(epoch, axis)
    if problem:
        return [], problem
    times, _ = time_blocks(epochs, blocks, seconds(epochs))
    return [SAMPLES / each for each in times], ""


def _problem(epoch, axis):
    """What shows that two epochs aren't all images, each once and in another order, flipped at random and normalised;
    or ""."""
    import numpy

    orders = []
    for _ in range(2):
        batches = [(numpy.asarray(images), numpy.asarray(labels)) for images, labels in epoch()]
        orders.append(numpy.concatenate([labels for _, labels in batches]))
        if sorted(orders[-1]) != list(range(SAMPLES)):
            return "an epoch isn't all samples, each once"
    if (orders[0] == numpy.arange(SAMPLES)).all() or (orders[0] == orders[1]).all():
        return "the samples aren't shuffled anew"
    images, labels = batches[0]
    expected = (_arrays()[0][labels].astype("float32") - MEAN) / DEVIATION
    expected = expected if axis == 2 else expected.transpose(0, 3, 1, 2)
    plain, flipped = ((abs(images - each) < 1e-5).all((1, 2, 3)) for each in (expected, numpy.flip(expected, axis)))
    if not (plain | flipped).all() or plain.all() or flipped.all():
        return "the images aren't normalised, or not flipped at random"
    return ""


class Images:
    """The images as torch's users write a data set: one at a time."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        import torch

        image = torch.from_numpy(self.images[index]).permute(2, 0, 1)
        if torch.rand(()) < 0.5:
            image = image.flip(-1)
        return (image.float() - MEAN) / DEVIATION, int(self.labels[index])


def _measure_dataloader(blocks, findings):
    found = {}
    for workers in (0, usable_cores()):
        name = "with_workers" if workers else "without_workers"
        try:
            found[name], problem = _dataloader_rates(workers, blocks)
        except RuntimeError as error:
            # That processes can't be used here doesn't keep anybody from loading without them.
            if not workers:
                raise
            findings["workers_error"] = first_line(error)
            continue
        if problem:
            return fails(problem, findings)
        findings[name + "_per_s"] = sorted(found[name])[blocks // 2]
    best = max(found, key=lambda name: findings[name + "_per_s"])
    findings.update(workers=usable_cores(), best=best.replace("_", " "))
    return works({"input-pipeline": found[best]}, findings)


def _dataloader_rates(workers, blocks):
    """What `_rates` says of a DataLoader with so many processes, none of which is left afterwards."""
    import torch

    options = {"batch_size": BATCH, "shuffle": True, "generator": torch.Generator().manual_seed(SEED)}
    if workers:
        # Spawned, for a process with running threads that is forked can hang.
        options.update(num_workers=workers, persistent_workers=True, timeout=WORKER_SECONDS)
        options["multiprocessing_context"] = "spawn"
    loader = torch.utils.data.DataLoader(Images(*_arrays()), pin_memory=torch.cuda.is_available(), **options)
    try:
        return _rates(loader.__iter__, blocks, axis=3)
    finally:
        # The iterator that the loader keeps ends its processes when it is dropped.
        loader._iterator = None
        gc.collect()
        for process in multiprocessing.active_children():
            process.join(5)
            if process.is_alive():
                process.kill()


def _tf_data(stack, images, labels, batch_first=False):
    import tensorflow

    if "tensorflow" not in stack.packages:
        try:
            # The GPU belongs to the backend.
            tensorflow.config.set_visible_devices([], "GPU")
        except RuntimeError:
            pass

    def prepare(image, label):
        image = tensorflow.image.random_flip_left_right(tensorflow.cast(image, "float32"))
        return (image - MEAN) / DEVIATION, label

    data = tensorflow.data.Dataset.from_tensor_slices((images, labels)).shuffle(SAMPLES, seed=SEED)
    if batch_first:
        data = data.batch(BATCH).map(prepare, num_parallel_calls=tensorflow.data.AUTOTUNE)
    else:
        data = data.map(prepare, num_parallel_calls=tensorflow.data.AUTOTUNE).batch(BATCH)
    data = data.prefetch(tensorflow.data.AUTOTUNE)
    return lambda: iter(data)


def _pydataset(stack, images, labels):
    import numpy

    random = numpy.random.default_rng(SEED)

    class Batches(stack.keras.utils.PyDataset):
        def __init__(self):
            super().__init__()
            self.order = random.permutation(len(labels))

        def __len__(self):
            return len(labels) // BATCH

        def __getitem__(self, index):
            chosen = self.order[index * BATCH : (index + 1) * BATCH]
            batch = (images[chosen].astype("float32") - numpy.float32(MEAN)) / numpy.float32(DEVIATION)
            flips = random.random(len(chosen)) < 0.5
            batch[flips] = batch[flips, :, ::-1]
            return batch, labels[chosen]

        def on_epoch_end(self):
            self.order = random.permutation(len(labels))

    data = Batches()

    def epoch():
        # As fit() goes through it by default, in its own thread and process.
        for index in range(len(data)):
            yield data[index]
        data.on_epoch_end()

    return epoch
