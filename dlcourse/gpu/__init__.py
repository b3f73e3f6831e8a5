"""The torch path on a GPU: fused kernels, whole steps in one graph, training without the host.

The readable functions of the book are the reference.  What is here does the same mathematics in
fewer trips to memory and fewer launches, and the tests hold it equal to them.  Nothing of this is
needed to read the book or to do its exercises; it imports without a GPU and runs on the CPU too,
slowly, by plain torch.
"""
