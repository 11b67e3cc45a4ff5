#!/bin/sh
# Gradescope runs this for each submission. It needs no network.
exec "${COURSE_HOME:-/opt/cs231n}/env/bin/python" -P -c "
from cs231n_lib.classroom.grading.startup import skip_address_parser
skip_address_parser()
from cs231n_lib.classroom.exchange.gradescope import main
main()
"
