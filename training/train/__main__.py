"""python -m training.train"""

from training.train.train import main

main()
