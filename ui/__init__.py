"""The window: PySide6 Widgets fed with plain values, emitting intents. Knows no SQL and draws no paper."""
