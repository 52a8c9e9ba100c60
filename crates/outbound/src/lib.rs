//! Every network call that we make ourselves, with time-outs. There is none yet: mail is the first that will be.
