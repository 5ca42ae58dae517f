"""Rules about links between objects: names, keys, ports and selectors that lead nowhere."""
