"""Acts: one function per thing a person may do. Its name is the permission, the entry kind, the menu item, the test."""
