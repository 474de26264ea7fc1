"""The checks of the exercises: one file a chapter, loaded when it is asked for."""
