"""Training on 300 parts with 56 columns; see forest_train.py."""
from forest_train import main

main(300, 56)
