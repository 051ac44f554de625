"""A run that looks after itself in PyTorch: the best weights kept, the learning rate lowered, an early end."""

import os
import tempfile

import task_data
import torch
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import DataLoader, TensorDataset


def main(epochs=12):
    """Train until the validation loss no longer falls; return the best weights' accuracy on the validation data."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    folder = tempfile.mkdtemp()
    best_path = os.path.join(folder, "best.pt")
    (images, labels), (val_images, val_labels) = task_data.images()
    train_data = TensorDataset(torch.from_numpy(images), torch.from_numpy(labels))
    train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
    val_images = torch.from_numpy(val_images).to(device)
    val_labels = torch.from_numpy(val_labels).to(device)

    model = nn.Sequential(
        nn.Flatten(), nn.Linear(256, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, task_data.CLASSES)
    ).to(device)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    scheduler = ReduceLROnPlateau(optimizer, factor=0.3, patience=1)

    best_loss, epochs_without_gain = float("inf"), 0
    for epoch in range(epochs):
        model.train()
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            optimizer.zero_grad()
            loss = loss_function(model(x), y)
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            val_loss = loss_function(model(val_images), val_labels).item()
        scheduler.step(val_loss)
        print("epoch", epoch, "validation loss", val_loss)
        if val_loss < best_loss:
            best_loss, epochs_without_gain = val_loss, 0
            torch.save(model.state_dict(), best_path)
        else:
            epochs_without_gain += 1
            if epochs_without_gain == 3:
                break

    model.load_state_dict(torch.load(best_path))
    model.eval()
    with torch.no_grad():
        return (model(val_images).argmax(1) == val_labels).float().mean().item()


if __name__ == "__main__":
    main()
