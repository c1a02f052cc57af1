#!/bin/sh
# The same by jq, which takes a request after the other as it is.
exec jq --unbuffered -c '
    ["at dawn", "at noon", "at dusk", "by night"] as $times |
    ["a signpost", "a fork in the road", "a milestone"] as $things |
    {result: "\(.params.style // "a photo") of \($things[.seed % 3]) \($times[.seed % 4])"}'
