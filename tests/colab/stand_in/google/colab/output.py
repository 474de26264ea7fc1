"""Widgets on Colab."""

calls = []


def enable_custom_widget_manager():
    """Note that widgets of other packages were asked for; Colab would load their JavaScript."""
    calls.append("enable_custom_widget_manager")
