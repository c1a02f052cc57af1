"""What a village is made of: a module each for the layout, the houses, the trees, the light."""
