"""A text classifier with an embedding and an LSTM in Keras."""

import keras
import task_data
from keras import layers


def main(epochs=5):
    """Train, print the accuracy of each epoch on the validation data, return the last."""
    (sentences, labels), validation = task_data.sentences()

    model = keras.Sequential(
        [
            keras.Input((task_data.WORDS,), dtype="int32"),
            layers.Embedding(task_data.VOCABULARY, 32),
            layers.LSTM(32),
            layers.Dense(task_data.CLASSES, activation="softmax"),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(5e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(sentences, labels, batch_size=32, epochs=epochs, validation_data=validation, verbose=2)
    return history.history["val_accuracy"][-1]


if __name__ == "__main__":
    main()
