"""One file a cause; the folder is the stage, the file name is the check's name."""
