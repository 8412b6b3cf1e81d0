// Answers what iam-simulate says of each question in each context, one line for each set of policies.
import { createInterface } from 'node:readline'
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate'

const named = (policies) => policies.map((policy, number) => ({ name: `policy ${number}`, policy }))

function answer({ policies, boundary, probes, contexts }) {
  const allowed = []
  for (const [action, resource] of probes) {
    const answers = []
    for (const contextVariables of contexts) {
      const result = runUnsafeSimulation(
        {
          request: {
            principal: 'arn:aws:iam::111111111111:role/team/me',
            action,
            resource: { resource, accountId: '111111111111' },
            contextVariables,
          },
          identityPolicies: named(policies),
          serviceControlPolicies: [],
          resourceControlPolicies: [],
          permissionBoundaryPolicies: boundary ? named([boundary]) : undefined,
        },
        {},
      )
      answers.push(result === 'Allowed')
    }
    allowed.push(answers)
  }
  return { allowed }
}

// The CPU that the answers took, in microseconds.
function timed(question) {
  const before = process.cpuUsage()
  const answers = answer(question)
  const { user, system } = process.cpuUsage(before)
  return { ...answers, microseconds: user + system }
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log(JSON.stringify(timed(JSON.parse(line))))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error?.stack ?? error) }))
  }
}
