// What a callback of the JavaScript SDK does with a tool call: runs the program
// and answers with what it printed.  Records in and out as gl-tool's.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

createInterface({ input: process.stdin }).on('line', (line) => {
  const call = JSON.parse(line)
  if (call.type !== 'tool_call') return
  const child = spawn(process.argv[2], { stdio: ['pipe', 'pipe', 'pipe'] })
  let said = ''
  child.stdin.on('error', () => {})
  child.stdout.on('data', (data) => { said += data })
  child.on('close', () => process.stdout.write(JSON.stringify({
    type: 'tool_response', id: call.id, name: call.name,
    response: { result: said }
  }) + '\n'))
  child.stdin.end(JSON.stringify(call.args) + '\n')
})
