"""The two looks of the application; Textual's own themes can be chosen from the command palette."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="advisor-dark",
    primary="#7fb2e5",
    secondary="#9d9cd6",
    accent="#e3b567",
    foreground="#d9dee6",
    background="#14181e",
    surface="#1a1f27",
    panel="#212833",
    success="#8cc38a",
    warning="#e0a95d",
    error="#e07f78",
    dark=True,
    variables={"footer-key-foreground": "#7fb2e5", "footer-background": "#1a1f27"},
)
LIGHT = Theme(
    name="advisor-light",
    primary="#1f5f9e",
    secondary="#57559a",
    accent="#8a5a00",
    foreground="#20262e",
    background="#fafaf7",
    surface="#f2f2ed",
    panel="#e6e7e2",
    success="#2f6f35",
    warning="#8a5a00",
    error="#a3322b",
    dark=False,
    variables={"footer-key-foreground": "#1f5f9e", "footer-background": "#e6e7e2"},
)
