"""Operations on tensors that models are made of: how each is called in torch and in keras.ops, and what numpy says.

An operation counts as there when one documented call does it. Gathered from what published models, signal processing,
graph nets and probabilistic models use, whichever framework has it.
"""

import math


def inputs():
    """The seeded arrays that the operations get."""
    import numpy

    random = numpy.random.default_rng(20240229)

    def normal(*shape):
        return random.standard_normal(shape, dtype="float32")

    square = normal(4, 4)
    images = normal(2, 8, 8, 3)
    kernel, depthwise = normal(3, 3, 3, 5), normal(3, 3, 3, 1)
    first = (0, 3, 1, 2)
    return {
        "x": normal(4, 6),
        "y": normal(6, 5),
        "v": normal(9),
        "batch": normal(3, 4, 6),
        "positive": numpy.abs(normal(4, 6)) + numpy.float32(0.1),
        "square": square,
        "definite": square @ square.T + 4 * numpy.eye(4, dtype="float32"),
        "complex": normal(4) + 1j * normal(4),
        "points": normal(5, 3),
        "rows": numpy.array([2, 0, 2], "int64"),
        "counts": numpy.array([3, 1, 3, 0, 1, 3], "int64"),
        "segments": numpy.array([0, 0, 1, 2], "int64"),
        "lengths": numpy.array([2, 1, 1], "int64"),
        "columns": numpy.array([[1], [5], [0], [3]], "int64"),
        "images": images,
        "images_first": images.transpose(first).copy(),
        "kernel": kernel,
        "kernel_first": kernel.transpose(3, 2, 0, 1).copy(),
        "depthwise": depthwise,
        "depthwise_first": depthwise.transpose(2, 3, 0, 1).copy(),
        "coordinates": random.uniform(0, 7, (2, 10)).astype("float32"),
        "heads": normal(2, 5, 3, 4),
    }


def _last(values):
    """Channels last, as the references are."""
    return values.permute(0, 2, 3, 1)


def _convolved(np, images, kernel, step=1, dilation=1):
    """A convolution without padding, by its definition."""
    size = dilation * (kernel.shape[0] - 1) + 1
    places = range(0, images.shape[1] - size + 1, step)
    rows = [
        [
            np.einsum("nijc,ijcf->nf", images[:, i : i + size : dilation, j : j + size : dilation], kernel)
            for j in places
        ]
        for i in places
    ]
    return np.array(rows).transpose(2, 0, 1, 3)


def _spread(np, images, kernel):
    """A transposed convolution with stride 2 and without padding, by its definition; the kernel is (3, 3, in, out)."""
    n, side, _, _ = images.shape
    out = np.zeros((n, 2 * side + 1, 2 * side + 1, kernel.shape[3]), "float64")
    for i in range(side):
        for j in range(side):
            out[:, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3] += np.einsum("nc,ijcf->nijf", images[:, i, j], kernel)
    return out


def _pooled(np, images, reduce):
    return reduce(images.reshape(2, 4, 2, 4, 2, 3), axis=(2, 4))


def _doubled(np, images):
    """Bilinear, twice as large, pixels taken at their middles."""
    for axis in (1, 2):
        images = np.moveaxis(images, axis, 0)
        before, after = np.concatenate([images[:1], images[:-1]]), np.concatenate([images[1:], images[-1:]])
        both = np.stack([0.75 * images + 0.25 * before, 0.75 * images + 0.25 * after], 1)
        images = np.moveaxis(both.reshape((-1,) + images.shape[1:]), 0, axis)
    return images


def _sampled(np, image, coordinates):
    """Bilinear values of an image (8 × 8) at coordinates in pixels."""
    low = np.floor(coordinates).astype(int)
    share = coordinates - low
    total = 0
    for i in (0, 1):
        for j in (0, 1):
            weight = np.abs(1 - i - share[0]) * np.abs(1 - j - share[1])
            total = total + weight * image[np.minimum(low[0] + i, 7), np.minimum(low[1] + j, 7)]
    return total


def _attended(np, heads):
    """Attention of (batch, tokens, heads, width) on itself."""
    scores = np.einsum("nqhd,nkhd->nhqk", heads, heads) / 2
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    return np.einsum("nhqk,nkhd->nqhd", shares / shares.sum(-1, keepdims=True), heads)


def _frames(np, signal):
    return np.array([signal[start : start + 4] for start in range(0, 6, 2)])


def _power_series(np, matrix):
    term, total = np.eye(4), np.eye(4)
    for n in range(1, 60):
        term = term @ matrix / n
        total = total + term
    return total


def _digamma(value):
    """By the derivative of math.lgamma."""
    return (math.lgamma(value + 1e-5) - math.lgamma(value - 1e-5)) / 2e-5


def _written(np, target, places, values, add):
    target = target.copy()
    (np.add.at if add else target.__class__.__setitem__)(target, places, values)
    return target


def _grid(t, a):
    """The coordinates as torch wants them: x before y, from -1 to 1."""
    return (a.coordinates.flip(0).T * (2 / 7) - 1)[None, None]


# Name; by numpy (np, arrays), by torch (t, tensors), by keras.ops (k, tensors).
OPERATIONS = (
    # products and decompositions
    ("matmul", lambda np, a: a.batch @ a.y, lambda t, a: t.matmul(a.batch, a.y), lambda k, a: k.matmul(a.batch, a.y)),
    ("einsum", lambda np, a: np.einsum("nij,jk->ik", a.batch, a.y),
     lambda t, a: t.einsum("nij,jk->ik", a.batch, a.y), lambda k, a: k.einsum("nij,jk->ik", a.batch, a.y)),
    ("tensordot", lambda np, a: np.tensordot(a.batch, a.x, 2),
     lambda t, a: t.tensordot(a.batch, a.x, 2), lambda k, a: k.tensordot(a.batch, a.x, 2)),
    ("kron", lambda np, a: np.kron(a.x, a.square), lambda t, a: t.kron(a.x, a.square),
     lambda k, a: k.kron(a.x, a.square)),
    ("cross", lambda np, a: np.cross(a.points, a.points[::-1]),
     lambda t, a: t.linalg.cross(a.points, a.points.flip(0)), lambda k, a: k.cross(a.points, k.flip(a.points, 0))),
    ("inv", lambda np, a: np.linalg.inv(a.definite), lambda t, a: t.linalg.inv(a.definite),
     lambda k, a: k.inv(a.definite)),
    ("solve", lambda np, a: np.linalg.solve(a.definite, a.x), lambda t, a: t.linalg.solve(a.definite, a.x),
     lambda k, a: k.solve(a.definite, a.x)),
    ("lstsq", lambda np, a: np.linalg.lstsq(a.x.T, a.y[:, :2], rcond=None)[0],
     lambda t, a: t.linalg.lstsq(a.x.T, a.y[:, :2])[0], lambda k, a: k.lstsq(k.transpose(a.x), a.y[:, :2])),
    ("pinv", lambda np, a: np.linalg.pinv(a.x), lambda t, a: t.linalg.pinv(a.x), lambda k, a: k.pinv(a.x)),
    ("det", lambda np, a: np.linalg.det(a.square), lambda t, a: t.linalg.det(a.square), lambda k, a: k.det(a.square)),
    ("slogdet", lambda np, a: np.linalg.slogdet(a.square)[1], lambda t, a: t.linalg.slogdet(a.square)[1],
     lambda k, a: k.slogdet(a.square)[1]),
    ("svd", lambda np, a: np.linalg.svd(a.x)[1], lambda t, a: t.linalg.svd(a.x)[1], lambda k, a: k.svd(a.x)[1]),
    ("qr", lambda np, a: np.abs(np.linalg.qr(a.y)[1]), lambda t, a: t.linalg.qr(a.y)[1].abs(),
     lambda k, a: k.abs(k.qr(a.y)[1])),
    ("cholesky", lambda np, a: np.linalg.cholesky(a.definite), lambda t, a: t.linalg.cholesky(a.definite),
     lambda k, a: k.cholesky(a.definite)),
    ("eigh", lambda np, a: np.linalg.eigh(a.definite)[0], lambda t, a: t.linalg.eigh(a.definite)[0],
     lambda k, a: k.eigh(a.definite)[0]),
    ("eig", lambda np, a: np.sort(np.abs(np.linalg.eig(a.square)[0])),
     lambda t, a: t.linalg.eig(a.square)[0].abs().sort()[0], lambda k, a: k.sort(k.abs(k.eig(a.square)[0]))),
    ("matrix_exp", lambda np, a: _power_series(np, a.square), lambda t, a: t.linalg.matrix_exp(a.square),
     lambda k, a: k.expm(a.square)),
    ("norm", lambda np, a: np.linalg.norm(a.x, axis=1), lambda t, a: t.linalg.norm(a.x, dim=1),
     lambda k, a: k.norm(a.x, axis=1)),
    ("cdist", lambda np, a: np.linalg.norm(a.points[:, None] - a.points[None], axis=-1),
     lambda t, a: t.cdist(a.points, a.points), lambda k, a: k.cdist(a.points, a.points)),
    # reductions and running ones
    ("cumsum", lambda np, a: np.cumsum(a.x, 1), lambda t, a: t.cumsum(a.x, 1), lambda k, a: k.cumsum(a.x, 1)),
    ("cumprod", lambda np, a: np.cumprod(a.x, 1), lambda t, a: t.cumprod(a.x, 1), lambda k, a: k.cumprod(a.x, 1)),
    ("cummax", lambda np, a: np.maximum.accumulate(a.x, 1), lambda t, a: t.cummax(a.x, 1)[0],
     lambda k, a: k.cummax(a.x, 1)),
    ("logsumexp", lambda np, a: np.log(np.exp(a.x).sum(1)), lambda t, a: t.logsumexp(a.x, 1),
     lambda k, a: k.logsumexp(a.x, 1)),
    ("median", lambda np, a: np.median(a.v), lambda t, a: t.median(a.v), lambda k, a: k.median(a.v)),
    ("quantile", lambda np, a: np.quantile(a.x, 0.3, axis=1), lambda t, a: t.quantile(a.x, 0.3, dim=1),
     lambda k, a: k.quantile(a.x, 0.3, axis=1)),
    ("std", lambda np, a: a.x.std(1), lambda t, a: t.std(a.x, 1, correction=0), lambda k, a: k.std(a.x, 1)),
    ("nansum", lambda np, a: np.nansum(np.sqrt(np.where(a.x > 0, a.x, np.nan)), 1),
     lambda t, a: t.nansum(t.sqrt(a.x), 1), lambda k, a: k.nansum(k.sqrt(a.x), 1)),
    ("histogram", lambda np, a: np.histogram(a.v, 5, (-2, 2))[0], lambda t, a: t.histc(a.v, 5, -2, 2),
     lambda k, a: k.histogram(a.v, 5, (-2, 2))[0]),
    ("scan", lambda np, a: np.cumsum(a.v), lambda t, a: t.scan(lambda s, x: (s + x, s + x), a.v[0] * 0, a.v)[1],
     lambda k, a: k.scan(lambda s, x: (s + x, s + x), a.v[0] * 0, a.v)[1]),
    ("vmap", lambda np, a: a.batch @ a.y, lambda t, a: t.func.vmap(lambda m: m @ a.y)(a.batch),
     lambda k, a: k.vectorized_map(lambda m: k.matmul(m, a.y), a.batch)),
    # sorting and searching
    ("sort", lambda np, a: np.sort(a.x, 1), lambda t, a: t.sort(a.x, 1)[0], lambda k, a: k.sort(a.x, 1)),
    ("argsort", lambda np, a: np.argsort(a.x, 1), lambda t, a: t.argsort(a.x, 1), lambda k, a: k.argsort(a.x, 1)),
    ("topk", lambda np, a: -np.sort(-a.x, 1)[:, :2], lambda t, a: t.topk(a.x, 2)[0], lambda k, a: k.top_k(a.x, 2)[0]),
    ("argmax", lambda np, a: a.x.argmax(1), lambda t, a: t.argmax(a.x, 1), lambda k, a: k.argmax(a.x, 1)),
    ("searchsorted", lambda np, a: np.searchsorted(np.sort(a.v), a.x[0]),
     lambda t, a: t.searchsorted(t.sort(a.v)[0], a.x[0]), lambda k, a: k.searchsorted(k.sort(a.v), a.x[0])),
    ("unique", lambda np, a: np.unique(a.counts), lambda t, a: t.unique(a.counts), lambda k, a: k.unique(a.counts)),
    ("nonzero", lambda np, a: np.nonzero(a.counts)[0], lambda t, a: t.nonzero(a.counts, as_tuple=True)[0],
     lambda k, a: k.nonzero(a.counts)[0]),
    ("bincount", lambda np, a: np.bincount(a.counts), lambda t, a: t.bincount(a.counts),
     lambda k, a: k.bincount(a.counts)),
    # choosing and placing
    ("where", lambda np, a: np.where(a.x > 0, a.x, -1), lambda t, a: t.where(a.x > 0, a.x, -1),
     lambda k, a: k.where(a.x > 0, a.x, -1)),
    ("boolean mask", lambda np, a: a.x[a.x > 0], lambda t, a: a.x[a.x > 0], lambda k, a: a.x[a.x > 0]),
    ("gather", lambda np, a: a.x[a.rows], lambda t, a: t.index_select(a.x, 0, a.rows),
     lambda k, a: k.take(a.x, a.rows, axis=0)),
    ("take_along_axis", lambda np, a: np.take_along_axis(a.x, a.columns, 1),
     lambda t, a: t.take_along_dim(a.x, a.columns, 1), lambda k, a: k.take_along_axis(a.x, a.columns, 1)),
    ("scatter add", lambda np, a: _written(np, np.zeros((4, 6)), a.rows, a.x[:3], True),
     lambda t, a: t.zeros_like(a.x).index_add(0, a.rows, a.x[:3]),
     lambda k, a: k.scatter(a.rows[:, None], a.x[:3], (4, 6))),
    ("scatter write", lambda np, a: _written(np, a.x, a.rows[:2], a.x[2:], False),
     lambda t, a: t.index_put(a.x, (a.rows[:2],), a.x[2:]),
     lambda k, a: k.scatter_update(a.x, a.rows[:2, None], a.x[2:])),
    ("slice write", lambda np, a: _written(np, a.x, slice(1, 3), a.x[:2], False),
     lambda t, a: t.slice_scatter(a.x, a.x[:2], 0, 1, 3), lambda k, a: k.slice_update(a.x, (1, 0), a.x[:2])),
    ("segment_sum", lambda np, a: np.add.reduceat(a.x, [0, 2, 3]),
     lambda t, a: t.segment_reduce(a.x, "sum", lengths=a.lengths), lambda k, a: k.segment_sum(a.x, a.segments, 3)),
    ("segment_max", lambda np, a: np.maximum.reduceat(a.x, [0, 2, 3]),
     lambda t, a: t.segment_reduce(a.x, "max", lengths=a.lengths), lambda k, a: k.segment_max(a.x, a.segments, 3)),
    ("one_hot", lambda np, a: np.eye(4)[a.rows], lambda t, a: t.nn.functional.one_hot(a.rows, 4),
     lambda k, a: k.one_hot(a.rows, 4)),
    # shapes
    ("roll", lambda np, a: np.roll(a.x, 2, 1), lambda t, a: t.roll(a.x, 2, 1), lambda k, a: k.roll(a.x, 2, 1)),
    ("flip", lambda np, a: np.flip(a.x, 1), lambda t, a: t.flip(a.x, (1,)), lambda k, a: k.flip(a.x, 1)),
    ("tril", lambda np, a: np.tril(a.square), lambda t, a: t.tril(a.square), lambda k, a: k.tril(a.square)),
    ("reflecting pad", lambda np, a: np.pad(a.x, ((0, 0), (2, 1)), "reflect"),
     lambda t, a: t.nn.functional.pad(a.x, (2, 1), "reflect"), lambda k, a: k.pad(a.x, ((0, 0), (2, 1)), "reflect")),
    ("repeat", lambda np, a: np.repeat(a.rows, a.rows + 1), lambda t, a: t.repeat_interleave(a.rows, a.rows + 1),
     lambda k, a: k.repeat(a.rows, a.rows + 1)),
    ("meshgrid", lambda np, a: np.meshgrid(a.v, a.x[0], indexing="ij")[1],
     lambda t, a: t.meshgrid(a.v, a.x[0], indexing="ij")[1], lambda k, a: k.meshgrid(a.v, a.x[0], indexing="ij")[1]),
    # signals and special functions
    ("fft", lambda np, a: np.fft.fft(a.x).imag, lambda t, a: t.fft.fft(a.x).imag,
     lambda k, a: k.fft((a.x, k.zeros_like(a.x)))[1]),
    ("rfft", lambda np, a: np.fft.rfft(a.x).imag, lambda t, a: t.fft.rfft(a.x).imag, lambda k, a: k.rfft(a.x)[1]),
    ("fft2", lambda np, a: np.fft.fft2(a.square).imag, lambda t, a: t.fft.fft2(a.square).imag,
     lambda k, a: k.fft2((a.square, k.zeros_like(a.square)))[1]),
    ("stft", lambda np, a: np.fft.rfft(_frames(np, a.v)).imag,
     lambda t, a: t.stft(a.v, 4, 2, window=t.ones_like(a.v[:4]), center=False, return_complex=True).imag.T,
     lambda k, a: k.stft(a.v, 4, 2, 4, window=None, center=False)[1]),
    ("complex product", lambda np, a: (a.complex * a.complex).imag, lambda t, a: t.mul(a.complex, a.complex).imag,
     lambda k, a: k.imag(k.multiply(a.complex, a.complex))),
    ("erf", lambda np, a: np.vectorize(math.erf)(a.x), lambda t, a: t.erf(a.x), lambda k, a: k.erf(a.x)),
    ("lgamma", lambda np, a: np.vectorize(math.lgamma)(a.positive), lambda t, a: t.lgamma(a.positive),
     lambda k, a: k.lgamma(a.positive)),
    ("digamma", lambda np, a: np.vectorize(_digamma)(a.positive), lambda t, a: t.digamma(a.positive),
     lambda k, a: k.digamma(a.positive)),
    ("shifted bits", lambda np, a: (a.counts << 2) & 5, lambda t, a: t.bitwise_left_shift(a.counts, 2) & 5,
     lambda k, a: k.bitwise_and(k.left_shift(a.counts, 2), 5)),
    # layers' insides
    ("softmax", lambda np, a: np.exp(a.x) / np.exp(a.x).sum(1, keepdims=True), lambda t, a: t.softmax(a.x, 1),
     lambda k, a: k.softmax(a.x, 1)),
    ("layer normalisation", lambda np, a: (a.x - a.x.mean(1, keepdims=True)) / a.x.std(1, keepdims=True),
     lambda t, a: t.nn.functional.layer_norm(a.x, (6,), eps=1e-7),
     lambda k, a: k.layer_normalization(a.x, epsilon=1e-7)),
    ("attention", lambda np, a: _attended(np, a.heads),
     lambda t, a: t.nn.functional.scaled_dot_product_attention(*[a.heads.transpose(1, 2)] * 3).transpose(1, 2),
     lambda k, a: k.dot_product_attention(a.heads, a.heads, a.heads)),
    ("convolution", lambda np, a: _convolved(np, a.images, a.kernel, 2),
     lambda t, a: _last(t.nn.functional.conv2d(a.images_first, a.kernel_first, stride=2)),
     lambda k, a: k.conv(a.images, a.kernel, 2, data_format="channels_last")),
    ("dilated convolution", lambda np, a: _convolved(np, a.images, a.kernel, 1, 2),
     lambda t, a: _last(t.nn.functional.conv2d(a.images_first, a.kernel_first, dilation=2)),
     lambda k, a: k.conv(a.images, a.kernel, dilation_rate=2, data_format="channels_last")),
    ("depthwise convolution", lambda np, a: _convolved(np, a.images, a.depthwise * np.eye(3)),
     lambda t, a: _last(t.nn.functional.conv2d(a.images_first, a.depthwise_first, groups=3)),
     lambda k, a: k.depthwise_conv(a.images, a.depthwise, data_format="channels_last")),
    ("transposed convolution", lambda np, a: _spread(np, a.images, a.kernel),
     lambda t, a: _last(t.nn.functional.conv_transpose2d(a.images_first, a.kernel.permute(2, 3, 0, 1), stride=2)),
     lambda k, a: k.conv_transpose(a.images, k.transpose(a.kernel, (0, 1, 3, 2)), 2, data_format="channels_last")),
    ("max pooling", lambda np, a: _pooled(np, a.images, np.max),
     lambda t, a: _last(t.nn.functional.max_pool2d(a.images_first, 2)),
     lambda k, a: k.max_pool(a.images, 2, 2, data_format="channels_last")),
    ("average pooling", lambda np, a: _pooled(np, a.images, np.mean),
     lambda t, a: _last(t.nn.functional.avg_pool2d(a.images_first, 2)),
     lambda k, a: k.average_pool(a.images, 2, 2, data_format="channels_last")),
    ("bilinear resize", lambda np, a: _doubled(np, a.images),
     lambda t, a: _last(t.nn.functional.interpolate(a.images_first, scale_factor=2, mode="bilinear")),
     lambda k, a: k.image.resize(a.images, (16, 16), "bilinear", data_format="channels_last")),
    ("sampling at coordinates", lambda np, a: _sampled(np, a.images[0, :, :, 0], a.coordinates),
     lambda t, a: t.nn.functional.grid_sample(a.images_first[:1, :1], _grid(t, a), align_corners=True)[0, 0, 0],
     lambda k, a: k.image.map_coordinates(a.images[0, :, :, 0], a.coordinates, 1)),
    ("unfold", lambda np, a: np.array([a.x[:2, :2].ravel(), a.x[:2, 2:4].ravel(), a.x[:2, 4:].ravel()]).T,
     lambda t, a: t.nn.functional.unfold(a.x[None, None, :2], 2, stride=2)[0],
     lambda k, a: k.unfold(a.x[None, None, :2], 2, stride=2)[0]),
)  # fmt: skip
