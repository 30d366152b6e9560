/** What a response has said once it has said `text`; the rest is left unread. */
export async function responseUntil(response: Response, text: string): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let received = '';
  while (!received.includes(text)) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done) throw new Error(`It ended before it said ${text}:\n${received.slice(-500)}`);
    received += decoder.decode(value, { stream: true });
  }
  return received;
}
