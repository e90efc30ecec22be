"""Data: templates, profiles, words, theme, fonts, icons. Empty so that packaging sees the folder."""
