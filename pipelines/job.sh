# shellcheck shell=bash disable=SC2034,SC2054 # read by those who source this; commas belong to the words
# SPDX-License-Identifier: MIT
# What is made: the file that shard.sh and merge.sh are given, whatever engine runs them. Copy it, change it. It is bash;
# relative paths start from the directory in which the engine runs it.
seed=(rand 1000 --key 1) # operands and options of rv-seed; no fewer samples than shards
gen=()                   # options and command of rv-gen; (): no rv-gen
blend=(scene.py --resolution 512,384 --samples 64 -j auto)
mask=()
mux=(--format coco,webdataset)
datasets=no              # yes: each shard makes a dataset of its own, and merge.sh joins these by links
merge=()                 # with datasets=yes: what `rv-mux --merge` is to be told, such as --info
out=out                  # out/samples, out/parts and out/dataset; on a disk that all machines see
ok_errors=0              # so many samples of a shard, or such a part (1%), may carry an error without its status being 1
