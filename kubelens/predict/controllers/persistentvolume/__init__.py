"""The PersistentVolume controller and those who make volumes (upstream ``pkg/controller/volume/persistentvolume``)."""
