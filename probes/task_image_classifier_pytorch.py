"""An image classifier in PyTorch, as its own tutorials write one."""

import sys

import task_data
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main(epochs=4):
    """Train, print the accuracy of each epoch on the validation data, return the last."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    (images, labels), (val_images, val_labels) = task_data.images()
    images, val_images = (torch.from_numpy(x).permute(0, 3, 1, 2) for x in (images, val_images))
    train_data = TensorDataset(images, torch.from_numpy(labels))
    val_data = TensorDataset(val_images, torch.from_numpy(val_labels))
    train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
    val_loader = DataLoader(val_data, batch_size=32)

    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32 * 4 * 4, task_data.CLASSES),
    ).to(device)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    for epoch in range(epochs):
        model.train()
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = loss_function(model(x), y)
            loss.backward()
            optimizer.step()
        model.eval()
        correct = 0
        with torch.no_grad():
            for x, y in val_loader:
                correct += (model(x.to(device)).argmax(1).cpu() == y).sum().item()
        accuracy = correct / len(val_data)
        print("epoch", epoch, "validation accuracy", accuracy)
    return accuracy


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
