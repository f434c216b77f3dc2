"""The books, papers and lists that several calculators start from, each named once."""

from __future__ import annotations

ASSUMED = "An assumption: ask, or try a range"
MEASURE = "An assumption: measure your own"
XU = "Alex Xu, System Design Interview, vol. 1 (2020)"
PRIMER = "Donne Martin, The System Design Primer"
KLEPPMANN = "Martin Kleppmann, Designing Data-Intensive Applications (2017)"
KUROSE = "James Kurose and Keith Ross, Computer Networking: A Top-Down Approach, 8th edition (2021)"
SRE = "Betsy Beyer et al., Site Reliability Engineering (2016)"
KLEINROCK = "Leonard Kleinrock, Queueing Systems, vol. 1 (1975)"
LITTLE = "John Little, A proof for the queuing formula L = λW, Operations Research 9 (1961)"
TAIL = "Jeffrey Dean and Luiz Barroso, The Tail at Scale, Communications of the ACM 56 (2013)"
GFS = "Sanjay Ghemawat et al., The Google File System, SOSP (2003)"
DYNAMO = "Giuseppe DeCandia et al., Dynamo, SOSP (2007)"
NUMBERS = "The System Round, Numbers to know (2026)"
