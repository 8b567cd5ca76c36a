/** What stands for the dock's acts in a hub of a test that has no dock. */
const no = async (): Promise<never> => {
  throw new Error('this hub has no dock')
}

const never = (): never => {
  throw new Error('this hub has no dock')
}

export const NO_DOCK = {
  pulls: {
    approve: no,
    reject: no,
    merge: no,
    dequeue: no,
    jump: no,
    perform: no,
    settle: no,
    pending: 0,
    stop: () => undefined,
  },
  leftovers: { remove: no, perform: no, settle: no, hostIsThere: () => undefined },
  backends: { perform: never },
  priorities: { perform: never },
}
