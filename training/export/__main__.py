"""python -m training.export"""

from training.export.export import main

main()
