"""What one customises in PyTorch, as its own documentation does: a gradient, a training step, two optimisers."""


def wrong_gradient(stack, factor):
    """An identity whose gradient is `factor` times the true one."""
    torch = stack.torch

    class Scaled(torch.autograd.Function):
        @staticmethod
        def forward(context, x):
            return x.clone()

        @staticmethod
        def backward(context, upstream):
            return factor * upstream

    return Scaled.apply


def train_step(stack, model, optimiser, inputs, targets):
    """One step with a loss of its own: squared error, with twice the weight on positive targets."""
    torch = stack.torch
    optimiser.zero_grad()
    outputs = model(inputs)
    weights = torch.where(targets > 0, 2.0, 1.0)
    loss = (weights * (outputs - targets) ** 2).mean()
    loss.backward()
    optimiser.step()
    return loss


def gan_step(stack, generator, discriminator, optimisers, real, noise):
    """One step of each player; `optimisers` are the generator's and the discriminator's."""
    torch = stack.torch
    criterion = torch.nn.functional.binary_cross_entropy_with_logits
    for_generator, for_discriminator = optimisers
    fake = generator(noise)
    judged_real, judged_fake = discriminator(real), discriminator(fake.detach())
    loss = criterion(judged_real, torch.ones_like(judged_real)) + criterion(judged_fake, torch.zeros_like(judged_fake))
    for_discriminator.zero_grad()
    loss.backward()
    for_discriminator.step()
    judged = discriminator(fake)
    fooling = criterion(judged, torch.ones_like(judged))
    for_generator.zero_grad()
    fooling.backward()
    for_generator.step()
    return loss, fooling
