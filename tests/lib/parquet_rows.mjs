// SPDX-License-Identifier: MIT
// Prints the rows of Parquet files as hyparquet reads them, a JSON object each, bytes as their SHA-256.
//
//     NODE_MODULES=DIR node parquet_rows.mjs FILE...
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const require = createRequire(`${process.env.NODE_MODULES}/none.js`)
const load = (name) => import(pathToFileURL(require.resolve(name)))
const { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } = await load('hyparquet')
const { compressors } = await load('hyparquet-compressors')
const plain = (key, value) => {
  if (typeof value === 'bigint') return Number(value)
  return key === 'bytes' ? createHash('sha256').update(value).digest('hex') : value
}
for (const path of process.argv.slice(2)) {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const about = Object.fromEntries(metadata.key_value_metadata.map(({ key, value }) => [key, JSON.parse(value)]))
  console.log(JSON.stringify({ groups: metadata.row_groups.map((group) => group.num_rows), ...about }, plain))
  for (const row of await parquetReadObjects({ file, compressors, utf8: false })) {
    row.image.bytes = Uint8Array.from(row.image.bytes)
    console.log(JSON.stringify(row, (key, value) => plain(key, value)))
  }
}
