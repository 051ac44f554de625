"""What one customises in Keras, as its guides do it on each backend: a gradient, a training step, two optimisers."""


def wrong_gradient(stack, factor):
    """An identity whose gradient is `factor` times the true one, in the spelling that works on every backend."""
    ops = stack.keras.ops

    @ops.custom_gradient
    def scaled(x):
        def backward(*arguments, upstream=None):
            if upstream is None:
                (upstream,) = arguments
            return ops.multiply(upstream, factor)

        return ops.multiply(x, 1.0), backward

    return scaled


def weighted(keras, outputs, targets):
    """Squared error with twice the weight on positive targets."""
    ops = keras.ops
    targets = ops.convert_to_tensor(targets)
    weights = ops.where(targets > 0, 2.0, 1.0)
    return ops.mean(weights * ops.square(outputs - targets))


def model_with_tensorflow_step(keras):
    """A class whose training step is its own, on TensorFlow."""
    import tensorflow as tf

    class Custom(keras.Model):
        def train_step(self, data):
            x, y = data[:2]
            with tf.GradientTape() as tape:
                loss = weighted(keras, self(x, training=True), y)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
            return {"loss": loss}

    return Custom


def model_with_jax_step(keras):
    """The same on JAX, where a step is a pure function of the state."""
    import jax

    class Custom(keras.Model):
        def loss_and_updates(self, trainable, other, x, y):
            outputs, other = self.stateless_call(trainable, other, x, training=True)
            return weighted(keras, outputs, y), other

        def train_step(self, state, data):
            trainable, other, optimiser, metrics = state
            x, y = data[:2]
            differentiate = jax.value_and_grad(self.loss_and_updates, has_aux=True)
            (loss, other), gradients = differentiate(trainable, other, x, y)
            trainable, optimiser = self.optimizer.stateless_apply(optimiser, gradients, trainable)
            return {"loss": loss}, (trainable, other, optimiser, metrics)

    return Custom


def model_with_torch_step(keras):
    """The same on PyTorch."""
    import torch

    class Custom(keras.Model):
        def train_step(self, data):
            x, y = data[:2]
            self.zero_grad()
            loss = weighted(keras, self(x, training=True), y)
            loss.backward()
            gradients = [variable.value.grad for variable in self.trainable_weights]
            with torch.no_grad():
                self.optimizer.apply(gradients, self.trainable_weights)
            return {"loss": loss.detach()}

    return Custom


MODELS = {"tensorflow": model_with_tensorflow_step, "jax": model_with_jax_step, "torch": model_with_torch_step}


def losses(keras, real, fake):
    """What the discriminator and the generator lose, given the discriminator's opinion of real and of fake."""
    ops = keras.ops
    criterion = keras.losses.BinaryCrossentropy(from_logits=True)
    discriminating = criterion(ops.ones_like(real), real) + criterion(ops.zeros_like(fake), fake)
    return discriminating, criterion(ops.ones_like(fake), fake)


def gan_step_tensorflow(stack, generator, discriminator, optimisers, real, noise):
    """One step of each player on TensorFlow."""
    import tensorflow as tf

    for_generator, for_discriminator = optimisers
    with tf.GradientTape() as tape:
        fake = generator(noise)
        loss, _ = losses(stack.keras, discriminator(real), discriminator(fake))
    weights = discriminator.trainable_variables
    for_discriminator.apply_gradients(zip(tape.gradient(loss, weights), weights))
    with tf.GradientTape() as tape:
        _, fooling = losses(stack.keras, discriminator(real), discriminator(generator(noise)))
    weights = generator.trainable_variables
    for_generator.apply_gradients(zip(tape.gradient(fooling, weights), weights))
    return loss, fooling


def gan_step_torch(stack, generator, discriminator, optimisers, real, noise):
    """One step of each player on PyTorch."""
    import torch

    for_generator, for_discriminator = optimisers
    results = []
    for player, optimiser, which in ((discriminator, for_discriminator, 0), (generator, for_generator, 1)):
        generator.zero_grad()
        discriminator.zero_grad()
        loss = losses(stack.keras, discriminator(real), discriminator(generator(noise)))[which]
        loss.backward()
        with torch.no_grad():
            optimiser.apply([v.value.grad for v in player.trainable_weights], player.trainable_weights)
        results.append(loss)
    return tuple(results)


def gan_step_jax(stack, generator, discriminator, optimisers, real, noise):
    """One step of each player on JAX: the state is taken out of the objects, changed by pure functions, put back."""
    import jax

    def play(player, optimiser, which):
        def lost(weights):
            own, others = (weights, None) if player is generator else (None, weights)
            fake = _call(generator, own, noise)
            return losses(stack.keras, _call(discriminator, others, real), _call(discriminator, others, fake))[which]

        weights = [variable.value for variable in player.trainable_variables]
        loss, gradients = jax.value_and_grad(lost)(weights)
        optimiser.apply(gradients, player.trainable_variables)
        return loss

    return play(discriminator, optimisers[1], 0), play(generator, optimisers[0], 1)


def _call(model, weights, inputs):
    if weights is None:
        return model(inputs)
    return model.stateless_call(weights, model.non_trainable_variables, inputs)[0]


GAN_STEPS = {"tensorflow": gan_step_tensorflow, "jax": gan_step_jax, "torch": gan_step_torch}
