import { Button, Result } from 'antd';
import { Component, type ReactNode } from 'react';
import { common, useTexts } from '@/i18n';

function Crashed() {
  const t = useTexts(common);
  return (
    <Result
      status="warning"
      title={t('crashed')}
      subTitle={t('crashedHint')}
      extra={
        <Button type="primary" onClick={() => { window.location.reload(); }}>
          {t('reload')}
        </Button>
      }
    />
  );
}

/** A page that throws while it is drawn leaves the rest standing. `resetKey` (the address) lets the next page try again. */
export class ErrorBoundary extends Component<{ children: ReactNode; resetKey?: string }, { failedAt?: string | null }> {
  override state: { failedAt?: string | null } = {};

  static getDerivedStateFromError(): { failedAt: null } {
    return { failedAt: null };
  }

  override componentDidUpdate(previous: { resetKey?: string }): void {
    if (this.state.failedAt !== undefined && previous.resetKey !== this.props.resetKey) this.setState({ failedAt: undefined });
  }

  override render(): ReactNode {
    return this.state.failedAt === undefined ? this.props.children : <Crashed />;
  }
}
