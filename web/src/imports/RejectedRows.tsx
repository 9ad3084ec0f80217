import { DownloadOutlined } from '@ant-design/icons';
import { Button, Table, Typography } from 'antd';
import { rejectedRowsUrl, type ImportJob, type ImportProblem } from '@/api/imports';
import { useFormat, useTexts } from '@/i18n';
import { AskButton } from '@/records/duplicates';
import { useIsPhone } from '@/ui/useViewport';
import { reasonOf } from './problems';
import { importTexts } from './texts';

/** Lists of options can be long: two lines, and the rest for those who want it. */
function Reason({ text }: { text: string }) {
  const t = useTexts(importTexts);
  return (
    <Typography.Paragraph className="import-reason" ellipsis={{ rows: 2, expandable: 'collapsible', symbol: (open) => t(open ? 'less' : 'more') }}>
      {text}
    </Typography.Paragraph>
  );
}

/** Why a row was rejected and, where that was somebody else's record, whom to ask about it. */
function Why({ object, problem }: { object: string; problem: ImportProblem }) {
  const { ask } = problem;
  return (
    <>
      <Reason text={reasonOf(problem)} />
      {ask ? <AskButton hit={ask.hit} owner={ask.owner} entered={{ object, values: ask.values }} /> : null}
    </>
  );
}

/** Which rows were rejected and why, and the file with all of them. */
export function RejectedRows({ job }: { job: ImportJob }) {
  const t = useTexts(importTexts);
  const format = useFormat();
  const phone = useIsPhone();
  if (job.errors.length === 0) return null;
  const rows = job.errors.map((problem, n) => ({ ...problem, key: n }));
  const pagination = { pageSize: 10, size: 'small' as const, showSizeChanger: false, hideOnSinglePage: true };
  return (
    <section className="import-card">
      <div className="import-card-head">
        <h2>{t('rejectedRows')}</h2>
        {job.has_rejected ? <Button size="small" icon={<DownloadOutlined />} href={rejectedRowsUrl(job.id)} download>{t('download')}</Button> : null}
      </div>
      <p className="import-hint">{[job.rejected > rows.length || rows.length >= 100 ? t('rejectedFirst', { n: rows.length }) : '', t('rejectedHint')].join(' ')}</p>
      <Table<ImportProblem & { key: number }>
        size="small"
        className="import-rejected"
        dataSource={rows}
        pagination={pagination}
        showHeader={!phone}
        columns={
          phone
            ? [{ key: 'all', render: (_, problem) => (
                <div>
                  <div className="import-rejected-where">{[t('rowOf', { n: format.number(problem.row) }), problem.column, problem.value].filter(Boolean).join(' · ')}</div>
                  <Why object={job.object} problem={problem} />
                </div>
              ) }]
            : [
                { title: t('row'), dataIndex: 'row', width: 76, className: 'number', render: (row: number) => format.number(row) },
                { title: t('column'), dataIndex: 'column', width: 150, ellipsis: true },
                { title: t('cell'), dataIndex: 'value', width: 180, ellipsis: true },
                { title: t('reason'), key: 'reason', render: (_, problem) => <Why object={job.object} problem={problem} /> },
              ]
        }
      />
    </section>
  );
}
