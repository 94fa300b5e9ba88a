"""Tables that are needed at run time; read them with `importlib.resources.files("placement.data")`."""
