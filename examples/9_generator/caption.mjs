// The same in JavaScript, for node.
import { createInterface } from "node:readline";

const times = ["at dawn", "at noon", "at dusk", "by night"];
const things = ["a signpost", "a fork in the road", "a milestone"];

for await (const line of createInterface({ input: process.stdin })) {
    const { seed, params } = JSON.parse(line);
    const style = params.style ?? "a photo";
    console.log(JSON.stringify({ result: `${style} of ${things[seed % 3]} ${times[seed % 4]}` }));
}
