import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readConfig } from '../config/schema.ts';
import { VigiaStack } from '../lib/vigia-stack.ts';

/** The CDK app. `-c config=FILE` chooses the configuration, `config/production.json` where none is named. */
const app = new App();
const config = readConfig(app.node.tryGetContext('config') ?? 'config/production.json');
new VigiaStack(app, 'Vigia', { config, deployedAt: new Date().toISOString() });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();
