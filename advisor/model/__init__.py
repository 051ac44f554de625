"""The vocabulary: frozen types without behaviour that needs I/O."""
