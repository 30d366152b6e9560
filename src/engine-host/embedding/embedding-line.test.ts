import { describe, expect, it } from 'vitest';
import { EmbeddingLine } from './embedding-line.ts';
import { EmbeddingTask } from './embedding-task.ts';

const limits = { tokens: 10, texts: 4 };

function lineOf(...lengths: readonly (readonly number[])[]) {
  const line = new EmbeddingLine();
  const tasks = lengths.map((each) => new EmbeddingTask(each.map((length) => new Int32Array(length))));
  for (const task of tasks) line.push(task);
  const take = () => line.takeBatch(limits).map(({ task, index }) => `${tasks.indexOf(task)}:${index}`);
  return { line, tasks, take };
}

describe('the line of texts', () => {
  it('takes them in turn, so that a long list delays nobody', () => {
    const { take } = lineOf([1, 1, 1, 1, 1, 1], [1], [1, 1]);

    expect(take()).toEqual(['0:0', '1:0', '2:0', '0:1']);
    expect(take()).toEqual(['2:1', '0:2', '0:3', '0:4']);
    expect(take()).toEqual(['0:5']);
    expect(take()).toEqual([]);
  });

  it('fills a batch up to its tokens, and gives a longer text one of its own', () => {
    const { take } = lineOf([6, 4, 1, 30, 2]);

    expect(take()).toEqual(['0:0', '0:1']);
    expect(take()).toEqual(['0:2']);
    expect(take()).toEqual(['0:3']);
    expect(take()).toEqual(['0:4']);
  });

  it('counts the tokens that wait, also when a task leaves half-way', () => {
    const { line, tasks, take } = lineOf([6, 5, 5], [3]);
    expect(line.tokens).toBe(19);
    take();
    expect(line.tokens).toBe(10);
    if (tasks[0]) line.remove(tasks[0]);

    expect([line.tokens, line.length]).toEqual([0, 0]);
  });
});
