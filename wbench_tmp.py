from embedded.bench.sites import make_pair
from embedded.bench.report import Report
from embedded.bench.workbooks import workbooks
from embedded.stack import Stack
from embedded.site import stop_all
import sys
stack=Stack("bench-lembar"); stop_all(stack); stack.forget()
say=lambda t: print(t,flush=True)
try:
    stack.start(say); pair=make_pair(stack,300,say); r=Report(say); workbooks(pair,r,int(sys.argv[1]) if len(sys.argv)>1 else 1000)
finally:
    stop_all(stack)
