import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { useMutation, type Told } from './mutation';

/** A row that is gone as soon as the list has been read again, which the mutation waits for. */
function Row({ leave, fails, told }: { leave: () => Promise<void>; fails?: boolean; told: Told<string, Error> }) {
  const remove = useMutation({
    mutationFn: (name: string) => (fails ? Promise.reject(new Error(name)) : Promise.resolve(name)),
    onSuccess: leave,
    onError: leave,
  });
  return <button onClick={() => { remove.mutate('华信', told); }}>删除</button>;
}

function List({ fails, told }: { fails?: boolean; told: Told<string, Error> }) {
  const [there, setThere] = useState(true);
  const leave = async () => {
    setThere(false);
    await new Promise((resume) => { setTimeout(resume, 20); });
  };
  return there ? <Row leave={leave} fails={fails} told={told} /> : <p>空</p>;
}

const draw = (told: Told<string, Error>, fails?: boolean) =>
  render(<QueryClientProvider client={new QueryClient()}><List told={told} fails={fails} /></QueryClientProvider>);

describe('telling whoever asked', () => {
  it('that it went well, though what asked is gone', async () => {
    const onSuccess = vi.fn();
    draw({ onSuccess });
    await userEvent.click(screen.getByText('删除'));
    await screen.findByText('空');
    await waitFor(() => { expect(onSuccess).toHaveBeenCalledExactlyOnceWith('华信'); });
  });

  it('that it went wrong, though what asked is gone', async () => {
    const onError = vi.fn();
    draw({ onError }, true);
    await userEvent.click(screen.getByText('删除'));
    await screen.findByText('空');
    await waitFor(() => { expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('华信')); });
  });

  it('nobody, if nobody wants to be told', async () => {
    draw({}, true);
    await userEvent.click(screen.getByText('删除'));
    expect(await screen.findByText('空')).toBeInTheDocument();
  });
});
