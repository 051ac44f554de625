"""A text classifier with an embedding and an LSTM in PyTorch."""

import task_data
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Classifier(nn.Module):
    """Embedding, LSTM, its last state to the classes."""

    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(task_data.VOCABULARY, 32)
        self.lstm = nn.LSTM(32, 32, batch_first=True)
        self.head = nn.Linear(32, task_data.CLASSES)

    def forward(self, words):
        """Logits of each class."""
        _, (hidden, _) = self.lstm(self.embedding(words))
        return self.head(hidden[-1])


def main(epochs=5):
    """Train, print the accuracy of each epoch on the validation data, return the last."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    train_data, val_data = (TensorDataset(*map(torch.from_numpy, part)) for part in task_data.sentences())
    train_loader = DataLoader(train_data, batch_size=32, shuffle=True)
    val_loader = DataLoader(val_data, batch_size=32)

    model = Classifier().to(device)
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)

    for epoch in range(epochs):
        model.train()
        for words, labels in train_loader:
            words, labels = words.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = loss_function(model(words), labels)
            loss.backward()
            optimizer.step()
        model.eval()
        correct = 0
        with torch.no_grad():
            for words, labels in val_loader:
                correct += (model(words.to(device)).argmax(1).cpu() == labels).sum().item()
        accuracy = correct / len(val_data)
        print("epoch", epoch, "validation accuracy", accuracy)
    return accuracy


if __name__ == "__main__":
    main()
